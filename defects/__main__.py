"""`python -m defects`: clouds with planted defects, for the process that started this one."""

from defects.serving import main

if __name__ == "__main__":
    main()
