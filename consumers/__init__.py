"""The stages, one module each: clean, extract, classify, resolve, alert. They decide; they touch nothing."""
