"""What the trust layer around engines promises, measured with the engines that ship and with real workers."""
