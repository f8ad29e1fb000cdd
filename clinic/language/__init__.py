"""The engine room of language models: who may be asked, in which order, how patiently, and what is believed.

Knows no web framework and no database: workers and commands give it the site's policy and keep the receipt it returns.
"""
