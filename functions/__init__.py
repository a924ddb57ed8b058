"""The Lambda functions, one folder each; of our own code they import bordereau.entry only."""
