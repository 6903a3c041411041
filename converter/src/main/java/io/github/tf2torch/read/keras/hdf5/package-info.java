/**
 * HDF5, as much of it as TensorFlow's and Keras's files need: groups, attributes, numeric data sets
 * in any layout that h5py writes. Every length is checked against the file before memory is taken.
 * Imports tensors and files; knows nothing of Keras.
 *
 * <p>Names and layouts follow the HDF5 File Format Specification, version 3.0
 * (https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html).
 */
@NullMarked
package io.github.tf2torch.read.keras.hdf5;

import org.jspecify.annotations.NullMarked;
