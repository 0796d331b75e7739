"""The lab's own Python: stand-ins for the hardware, the launcher, what fills and checks the
cloud. It runs on Debian bookworm's Python, with the services' code beside it."""
