"""Reports: tables and charts over what was recorded (engine reports).

A data source (`sources/`) is a declaration: the tables its rows come from, its columns, and the joins that some of them need.
`running` compiles a report into one statement: joins that nothing asks for are left out, all identifiers come from the
declaration, and values travel as parameters.
"""
