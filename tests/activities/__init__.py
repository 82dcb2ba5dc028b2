"""Tests of what touches the outside: words, mail, delivery."""
