"""What an operator types: one module a kind of command, which `webapp.cli` puts together.

Each command imports only what it runs, so that `samordna check` starts without the web.
"""
