"""The claims ledger for convening posts: posts come in, claims and themes come out, a person reviews them."""
