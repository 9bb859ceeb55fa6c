"""The tools that are compared by ``benchmarks/detection.py``, each behind one interface."""
