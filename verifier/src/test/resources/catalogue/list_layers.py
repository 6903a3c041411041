"""List the public classes of keras.layers of Keras 3.15.1.

    python list_layers.py > keras-3.15.1-layers.txt

A line for each: its name, and the name that files have for it.
"""

import inspect
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from keras.src.api_export import get_name_from_symbol

if __name__ == "__main__":
    assert keras.__version__ == "3.15.1"
    for name, found in sorted(vars(keras.layers).items()):
        if inspect.isclass(found):
            print(name, get_name_from_symbol(found).split(".")[-1])
