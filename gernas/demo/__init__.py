"""The real 2022 roadshow and a running example made from it, for trying the program out."""
