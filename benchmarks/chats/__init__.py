"""What `benchmarks.chat` measures, a file for each group."""
