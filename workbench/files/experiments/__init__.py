"""Files of experiments: plans, results, summaries and reports."""
