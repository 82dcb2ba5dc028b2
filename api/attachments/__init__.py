"""Files that go with what people say: taken in, checked, shown, handed out.

`kinds` says what a file is and whether we take it, `taking` keeps it, `naming` looks it up for a step, `doors` are the
operations, `handing` how a file leaves us without harm.
"""
