"""How often each test rejects what is true, and finds what is there."""
