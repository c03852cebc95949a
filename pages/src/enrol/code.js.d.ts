export {rowsOf} from './code';
