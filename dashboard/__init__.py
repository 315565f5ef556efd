"""The Streamlit app: pages that choose and show, and compute nothing."""
