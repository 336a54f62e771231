-- Tokens of three characters, and rows in the order of a page, the newest first: a row's number is minus the index of its
-- entry. The index is made anew from the log at the next start.
INSERT INTO directory (directory) VALUES ('delete-all');
UPDATE directory_progress SET entries = 0;
