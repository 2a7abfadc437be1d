"""The figures beside query times, a function a part of run.py."""
class Setting:
    def __init__(self, arguments, name, source, count, size):
        pass
