"""Where the files of the models lie: those that came with the program, and the version that is live."""
