"""Tests mirror the folders they prove; names are sentences, fakes are written by hand, time is virtual."""
