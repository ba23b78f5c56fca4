"""`python -m auditapp`: the command line, where its script is not on the path."""

from auditapp.cli import main

if __name__ == "__main__":
    main()
