CREATE TABLE people (id integer PRIMARY KEY, name varchar(20), born date, score double, active boolean, salary decimal(10,2), tags array(varchar));
CREATE TABLE pets (pet_id integer NOT NULL, owner_id integer, nick varchar, weight real);
CREATE TABLE strict_table (a integer NOT NULL, b varchar(3), c smallint CHECK (c > 0), d integer UNIQUE, e decimal(5,2));
INSERT INTO people VALUES (1, 'ann', DATE '1990-01-02', 1.5, true, 10.50, ARRAY['x', 'y']), (2, 'bob', NULL, NULL, false, 99.99, NULL);
INSERT INTO pets VALUES (1, 1, 'rex', 3.5), (2, NULL, 'tom', NULL);
INSERT INTO strict_table VALUES (1, 'abc', 1, 1, 1.5);
CREATE VIEW grown AS SELECT id, name FROM people WHERE active;
CREATE FUNCTION plus_one(x bigint) RETURNS bigint RETURN x + 1;
PREPARE two FROM SELECT ? + ?
