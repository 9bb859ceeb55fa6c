"""A campaign in shards, on the machines of a Dask cluster: this end hands them out, and merges what they tell."""
