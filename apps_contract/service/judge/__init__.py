"""The judge: the reference server with eyes and hands. It records each request, and answers by a script."""
