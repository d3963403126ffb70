"""Real Spark needs its own set of packages (``./yw test --spark``); where it is not installed, nothing here is collected."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("pyspark") else ["test_*.py"]
