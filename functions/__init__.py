"""The Lambda functions, one folder each; all of them import bordereau.entry and nothing else of ours."""
