"""The staff's board: what a member of our staff works with all day. One module for each page.

Pages show what `store/` finds and call the same functions as the doors of the API: there is no rule and no SQL here.
"""
