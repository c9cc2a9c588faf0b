"""A table of every flat type that Parquet has, as several programs write it, with nulls and damage apart.

Run with a Python that has pyarrow, polars and duckdb:  python test/golden/parquet.py
Writes the files of the folder parquet beside this file.
"""

import datetime as dt
import decimal
import pathlib

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).with_suffix("")
here.mkdir(exist_ok=True)
D = decimal.Decimal
us, day = dt.datetime, dt.date
table = pa.table(
    {
        "real": [1.5, None, float("nan"), -2.25, 1e-300, 1 / 3],
        "single": pa.array([0.1, None, 3.25, 1e30, -2.7, 16777216.0], pa.float32()),
        "byte": pa.array([1, 2, None, 4, 5, -6], pa.int8()),
        "unsigned": pa.array([0, 4294967295, 1, 2, 3, None], pa.uint32()),
        "long": pa.array([9007199254740993, 1, 2, 3, -4, None], pa.int64()),
        "longest": pa.array([18446744073709551615, 1, 2, 3, 4, None], pa.uint64()),
        "decimal": pa.array(
            [D("0.1"), D("-12345678901234567890.12345"), None, D("7"), D("-0.00001"), D("1.5")], pa.decimal128(38, 5)
        ),
        "cents": pa.array([D("1.10"), D("-2.25"), None, D("7"), D("-0.01"), D("1.5")], pa.decimal128(9, 2)),
        "text": ["Adelie", " Gentoo ", None, "é", "", "x,y"],
        "flag": [True, False, None, True, True, False],
        "date": [day(2024, 2, 29), day(1969, 12, 31), None, day(2000, 1, 1), day(1970, 1, 1), day(2262, 4, 11)],
        "time": pa.array(
            [us(2024, 2, 29, 12, 0, 0, 123456), us(1969, 12, 31, 23, 59, 59, 999999), None]
            + [us(2000, 1, 1), us(2001, 1, 1), us(2002, 1, 1)],
            pa.timestamp("us"),
        ),
        "category": pa.array(["a", "b", None, "a", "a", "b"]).dictionary_encode(),
        "nothing": pa.array([None] * 6, pa.float64()),
    }
)
for codec in ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]:
    pq.write_table(table, here / f"{codec}.parquet", compression=codec)
pq.write_table(table, here / "pages-2.parquet", data_page_version="2.0", version="2.6", row_group_size=2)
pq.write_table(
    table,
    here / "encodings.parquet",
    use_dictionary=False,
    column_encoding={
        "byte": "DELTA_BINARY_PACKED",
        "long": "DELTA_BINARY_PACKED",
        "text": "DELTA_BYTE_ARRAY",
        "real": "BYTE_STREAM_SPLIT",
    },
)
pl.from_arrow(table).write_parquet(here / "polars.parquet")
database = duckdb.connect()
database.register("rows", table)
database.sql(f"copy (select * from rows) to '{here}/duckdb.parquet' (format parquet)")
nested = {"x": [1.0, 2.0], "list": [[1, 2], [3]], "bytes": [b"ab", b"\xff\xfe"]}
pq.write_table(pa.table(nested), here / "nested.parquet")
pq.write_table(table.slice(0, 0), here / "empty.parquet")
