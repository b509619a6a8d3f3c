"""Versions of the packages that a result or a model was made with."""

from importlib.metadata import PackageNotFoundError, version


def installed_versions(packages) -> dict[str, str]:
    """The version of each package that is installed; the others are left out."""
    versions = {}
    for package in packages:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions
