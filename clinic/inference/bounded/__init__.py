"""The machinery behind `clinic.inference.child`: a nursery, the children it forks, the walls around them."""
