"""The reference client: small, over ``requests``, and conforming to every requirement of contract section 7."""
