"""The local cloud: MiniStack as a process of ours, and SAM deploying the unchanged template to it.

``LocalCloud`` starts, deploys to and stops it; ``LocalStack`` names what was deployed;
``schedules`` and ``queues`` make a day happen and tell when all is done.
"""

from local.cloud.place import Place
from local.cloud.process import CloudError, LocalCloud
from local.cloud.stack import LocalStack

__all__ = ["CloudError", "LocalCloud", "LocalStack", "Place"]
