"""The commands of cloudqa, one thin module each."""
