def fetch_feed(address: str) -> bytes: raise NotImplementedError
