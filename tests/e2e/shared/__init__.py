"""Tests of one running stack, which all files here share (each start takes 8 s of a CPU): xdist hands them to one
process. They may kill its processes, not change its settings; each has tickets, and where it counts, people of its own.
"""
