"""What the dashboards say: how engines do in practice, how the work goes, how safe the house is. Each number is
counted by the same rows that the list behind it shows (`counted`). Nothing of any patient, nobody measured by name.
"""
