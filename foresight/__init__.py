"""What would have happened: recorded logs read as tickets, and the figures that a replay of them leaves.

May import domain only. Nothing here knows the engine, a database or where a file came from: the command line
reads the files, drives the real workflow with what stands here, and prints.
"""
