"""A data logger that keeps its values in SQLite: python3 logger.py [FILE], /tmp/plant/logger.db unless said.

Begins with an hour of the past, a row every ten seconds, and adds one every second until it is stopped.
"""
import math
import os
import sqlite3
import sys
import time

file = sys.argv[1] if len(sys.argv) > 1 else "/tmp/plant/logger.db"
os.makedirs(os.path.dirname(os.path.abspath(file)), exist_ok=True)
database = sqlite3.connect(file)


def add(at):
    database.execute("INSERT INTO log VALUES (?, ?, ?)", (at, round(180 + 5 * math.sin(at / 60), 2), at % 2 == 0))


with database:
    database.execute("CREATE TABLE IF NOT EXISTS log (ts INTEGER, temperature REAL, running INTEGER)")
    now = int(time.time())
    if database.execute("SELECT count(*) FROM log").fetchone()[0] == 0:
        for past in range(now - 3600, now, 10):
            add(past)
print("logging to", file, flush=True)
while True:
    time.sleep(1)
    with database:
        add(int(time.time()))
