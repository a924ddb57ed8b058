"""A second, independent implementation of the stories, written from their text alone."""
