"""HTTP for providers: clients, streams, retries, and one attempt after another."""
