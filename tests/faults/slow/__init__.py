"""Workers whose engines are slow, or fail in the ways engines fail. Installed by `tests.faults.slow.settings` alone."""
