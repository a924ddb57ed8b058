"""Use cases: ports in, an outcome out. One public function a file; no library, no clock.

``draft`` is how every one of them reads and writes the books.
"""
