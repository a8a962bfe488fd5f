"""The contract that every engine keeps, in timelines that were drawn by hand before anything was run.

Times are minutes, and a column of a timeline is a minute: `.` waits, `=` is served, `[` begins, `)` ends. A network
starts at midnight unless it says otherwise, so that minute 25 is 00:25.
"""
