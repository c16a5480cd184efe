#!/usr/bin/env python3
"""Derives packages/local-stack/data/fixtures.csv from the data files of PyPI's sports-betting 0.15.1 (MIT).

Takes the last 40 matches of each of its two leagues (England 1 and Spain 1, season 2023/24): kick-off, teams, the market's average odds before
the match, and the final score. Same input, same output, byte for byte. Needs pip and nothing else:

    python3 scripts/derive-fixtures.py
"""
import csv
import gzip
import io
import pathlib
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "sports-betting==0.15.1"
LEAGUES = {"England": "Premier League", "Spain": "La Liga"}
MATCHES_PER_LEAGUE = 40
COLUMNS = ["kick_off", "competition", "home_team", "away_team", "home_odds", "draw_odds", "away_odds", "home_goals", "away_goals"]
TARGET = pathlib.Path(__file__).parent.parent / "packages" / "local-stack" / "data" / "fixtures.csv"


def rows(wheel, name):
    with gzip.open(io.BytesIO(wheel.read(f"sportsbet/sources/data/{name}.csv.gz")), "rt") as file:
        return list(csv.DictReader(file))


def match(row):
    return (row["date"], row["home_team"], row["away_team"])


def fixtures(wheel, league, competition):
    odds = {match(row): row for row in rows(wheel, f"{league}_1_2024_odds") if row["provider"] == "market_average"}
    scores = {match(row): row for row in rows(wheel, f"{league}_1_2024_stats") if row["event_status"] == "postplay"}
    for key in sorted(set(odds) & set(scores))[-MATCHES_PER_LEAGUE:]:
        price, score = odds[key], scores[key]
        yield [
            key[0].replace(" ", "T").replace("+00:00", "Z"), competition, key[1], key[2],
            price["home_win"], price["draw"], price["away_win"],
            int(float(score["home_goals"])), int(float(score["away_goals"])),
        ]


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE], check=True)
        with zipfile.ZipFile(next(pathlib.Path(folder).glob("*.whl"))) as wheel:
            lines = [line for league, competition in LEAGUES.items() for line in fixtures(wheel, league, competition)]
    with open(TARGET, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(lines)
    print(f"{len(lines)} fixtures written to {TARGET}")


if __name__ == "__main__":
    main()
