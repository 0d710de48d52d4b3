"""Write tfcheck/terraform/hcl/tables.bin anew: the parser tables of the corrected grammar.

Run it after a change to the corrections, or with a new minor version of python-hcl2 or lark.
"""

from pathlib import Path

from tfcheck.terraform.hcl import grammar

TARGET = Path(grammar.__file__).with_name(grammar.TABLES)


def main() -> None:
    """Write the file and say how large it is."""
    TARGET.write_bytes(grammar.packed_tables())
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
