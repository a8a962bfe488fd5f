"""Random streams by key. The only module that imports `numpy.random`."""

import zlib

import numpy as np
import numpy.typing as npt
from numpy.random import PCG64, Generator, SeedSequence

from clearsim.language import Text
from clearsim.network.times import Distribution
from clearsim.units import LONGEST_MIN, MINUTE_MS

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BLOCK_AT_START = 0
"""The block of the entities that are there at the start. Day `d` of the calendar is block `d + 1`; day 0 is the date of
the start, from the start on."""


class Streams:
    """All streams of one replication. A stream is known by its purpose (a text) and its block (a day)."""

    def __init__(self, seed: int, replication: int) -> None:
        self._seed = seed
        self._replication = replication

    def open(self, purpose: str, block: int) -> Generator:
        """A fresh generator for the purpose and block; the same one every time it is asked for."""
        # CRC-32 gives a text the same number in every process; `hash` does not.
        key = (self._replication, zlib.crc32(purpose.encode()), block)
        return Generator(PCG64(SeedSequence(self._seed, spawn_key=key)))

    def uniform(self, purpose: str, blocks: dict[int, int]) -> FloatArray:
        """Uniform numbers in [0, 1), `blocks[b]` of each block `b`, one after another."""
        return _joined([self.open(purpose, block).random(count) for block, count in blocks.items()])

    def sample(self, purpose: str, distribution: Distribution, blocks: dict[int, int]) -> FloatArray:
        """Values of the distribution, `blocks[b]` of each block `b`, one after another."""
        total = sum(blocks.values())
        match distribution.variate:
            case "none":
                return distribution.scaled(np.empty(total))
            case "row":
                return distribution.scaled(np.arange(total, dtype=np.float64))
            case "uniform":
                return distribution.scaled(self.uniform(purpose, blocks))
            case "normal":
                draws = [self.open(purpose, block).standard_normal(count) for block, count in blocks.items()]
            case "exponential":
                draws = [self.open(purpose, block).standard_exponential(count) for block, count in blocks.items()]
            case "gamma":
                shape = distribution.gamma_shape
                draws = [self.open(purpose, block).standard_gamma(shape, count) for block, count in blocks.items()]
        return distribution.scaled(_joined(draws))

    def sample_ms(self, purpose: str, distribution: Distribution, blocks: dict[int, int]) -> IntArray:
        """The same of a distribution of minutes, in ms. Raises `ValueError` for what is longer than a century."""
        minutes = self.sample(purpose, distribution, blocks)
        if minutes.size and not minutes.max() <= LONGEST_MIN:
            raise ValueError(
                Text("a drawn time of {minutes:.4g} min is longer than a century", minutes=float(minutes.max()))
            )
        return np.rint(minutes * MINUTE_MS).astype(np.int64)


def _joined(parts: list[FloatArray]) -> FloatArray:
    return np.concatenate(parts) if parts else np.empty(0)
