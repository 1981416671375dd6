import gzip
import os
from pathlib import Path

import numpy as np
from common import measure

folder = Path(os.environ["GUMBEL_DATA"]) / "mnist"
files = sorted(folder.glob("*ubyte.gz"))
assert len(files) == 4, f"four files are needed in {folder}"


def run():
    for file in files:
        data = gzip.decompress(file.read_bytes())
        np.frombuffer(data, np.uint8, offset=16 if "images" in file.name else 8).copy()


measure(run, 70_000 * 785 / 1e6, 3, 1)
