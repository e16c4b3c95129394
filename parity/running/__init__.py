"""Training runs: what is asked for is checked before anything starts, kept in a folder, and can be resumed."""

from parity.running.folder import Config
from parity.running.preparing import Prepared, prepare, reopen
from parity.running.training import Finished, Listener, train

__all__ = ["Config", "Finished", "Listener", "Prepared", "prepare", "reopen", "train"]
