-- Tokens of three characters: the index is made anew from the log at the next start.
TRUNCATE directory;
UPDATE directory_progress SET entries = 0;
