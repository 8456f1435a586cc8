#!/usr/bin/env python
"""The command line of the site."""

import os
import sys

from django.core.management import execute_from_command_line

from authsite.environment import EnvironmentProblems

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "authsite.settings")
    try:
        execute_from_command_line(sys.argv)
    except EnvironmentProblems as problems:
        print(problems, file=sys.stderr)
        sys.exit(2)
