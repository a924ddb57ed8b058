"""The ``bordereau`` command: for operators on AWS and for the laptop."""
