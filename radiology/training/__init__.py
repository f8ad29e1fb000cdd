"""How the shipped weights came to be: `python -m radiology.training IMAGES_TAR INDEX_CSV --runs FOLDER`."""
