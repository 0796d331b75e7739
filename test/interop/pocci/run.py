"""pOCCI on today's Python. Its requests and checks stay as they are.

pOCCI 1.0.3 is of 2015. Three things stand between it and Python 3.11: a flag in the middle of its regular
expressions, which is an error since then; its installation, for which see pypandoc.py; and, for a ready token, that it
has no option for one. Give the type of authentication "token", and the variable OCCI_TOKEN holds it.
"""

import os
import re
import sys

INLINE_FLAG = "(?i)"


def install_leading_flags():
    """Lets re.compile take pOCCI's "^(?i)category", which means the same as "(?i)^category"."""
    compile_as_written = re.compile

    def compile_flag_first(pattern, flags=0):
        if isinstance(pattern, str) and INLINE_FLAG in pattern:
            pattern = INLINE_FLAG + pattern.replace(INLINE_FLAG, "")
        return compile_as_written(pattern, flags)

    re.compile = compile_flag_first


def install_token(token):
    """Puts a token into pOCCI's transport, where it puts those that it gets from Keystone."""
    from pOCCI.transport import Transport

    initialize = Transport.__init__

    def initialize_with_token(self, config):
        initialize(self, config)
        if config["authtype"] == "token":
            self.auth["token"] = token

    Transport.__init__ = initialize_with_token


if __name__ == "__main__":
    install_leading_flags()
    install_token(os.environ.get("OCCI_TOKEN"))
    from pOCCI.pOCCI import main

    main(sys.argv[1:])
